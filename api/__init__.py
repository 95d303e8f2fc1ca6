"""The HTTP API of a node: routers, schemas and problem documents over `node.service`."""
