"""`python run.py --training` trains and promotes, `--inference` predicts with what is in production."""

import argparse
from pathlib import Path

from pipelines.feature_engineering import feature_engineering
from pipelines.inference import inference
from pipelines.training import training

CONFIGS = Path(__file__).parent / "configs"

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--features", action="store_true")
    parser.add_argument("--training", action="store_true")
    parser.add_argument("--inference", action="store_true")
    parser.add_argument("--no-cache", action="store_true")
    parser.add_argument("--rows", type=int, default=400)
    arguments = parser.parse_args()
    options = {"enable_cache": False} if arguments.no_cache else {}
    if arguments.features:
        feature_engineering.with_options(**options)(rows=arguments.rows)
    if arguments.training:
        training.with_options(config_path=str(CONFIGS / "training.yaml"), **options)(rows=arguments.rows)
    if arguments.inference:
        inference.with_options(config_path=str(CONFIGS / "inference.yaml"), **options)()
