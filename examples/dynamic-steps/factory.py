from typing import Any, Dict
from typing_extensions import Annotated
from zenml import pipeline, step, ArtifactConfig

def create_dynamic_step(prefix: str):
    @step
    def dynamic_step(data: Any) -> Annotated[Dict[str, Any], ArtifactConfig(name=f"{prefix}_artifact")]:
        # Perform data processing here
        result = {"processed_data": data}
        return result

    return dynamic_step

# Usage example
@pipeline
def dynamic_artifact_pipeline(train_data, val_data, test_data):
    train_step = create_dynamic_step("train")
    val_step = create_dynamic_step("validation")
    test_step = create_dynamic_step("test")

    train_step(train_data)
    val_step(val_data)
    test_step(test_data)


if __name__ == "__main__":
    dynamic_artifact_pipeline([1, 2, 3], [4, 5], [6])
