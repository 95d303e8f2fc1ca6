"""Routes whose handlers get the request as it came, and document themselves by hand."""

from fastapi.routing import APIRoute

from api.query_check import Handler, checked


class DirectRoute(APIRoute):
    """A route of the hot path: no dependencies are solved, no model is validated.

    FastAPI's own handling costs some 25 µs a request more (docs/api.md). The handler takes
    the request alone, and authorises it with its first line.
    """

    def get_route_handler(self) -> Handler:
        """The endpoint itself, behind the check of the query's names.

        Raises:
            TypeError: it declares parameters or dependencies, which nobody would solve.
        """
        declared = self.dependant
        if (
            declared.dependencies
            or declared.path_params
            or declared.query_params
            or declared.header_params
            or declared.body_params
        ):
            raise TypeError(f"{self.path}: expected a handler of the request alone")
        endpoint: Handler = self.endpoint
        documented = (self.openapi_extra or {}).get("parameters", ())
        known = tuple(each["name"] for each in documented if each["in"] == "query")
        return checked(endpoint, known, self.operation_id)
