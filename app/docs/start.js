SwaggerUIBundle({ url: "openapi.json", dom_id: "#documentation", validatorUrl: null });
