"""The edge: one port that serves the storefront and forwards /api, as CloudFront does in the cloud."""
