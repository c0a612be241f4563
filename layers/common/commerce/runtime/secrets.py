"""Secrets by reference: settings hold ARNs, and the values are fetched when they are first needed."""

SECRET_SECONDS = 300  # A rotated secret is picked up within this time, without a deployment.


def is_reference(value: str) -> bool:
    """Whether a setting is an ARN of Secrets Manager or of an SSM parameter rather than the value itself."""
    return value.startswith("arn:") and (":secretsmanager:" in value or ":ssm:" in value)


def reveal(value: str) -> str:
    """The secret behind an ARN; anything else is returned as it is (settings allow that on the laptop only)."""
    if not is_reference(value):
        return value
    from aws_lambda_powertools.utilities import parameters

    if ":secretsmanager:" in value:
        return str(parameters.get_secret(value, max_age=SECRET_SECONDS))
    name = value.split(":parameter", 1)[1]
    return str(parameters.get_parameter(name, decrypt=True, max_age=SECRET_SECONDS))
