/** The build bundles the named worker and hands over its script. */
declare module "*.worker?text" {
  const source: string;
  export = source;
}
