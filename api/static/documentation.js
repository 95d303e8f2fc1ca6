// Starts Swagger UI on the description that this node serves itself.
window.addEventListener("load", () => {
  SwaggerUIBundle({
    url: "/openapi.json",
    dom_id: "#documentation",
    deepLinking: true,
    displayRequestDuration: true,
    validatorUrl: null,
  });
});
