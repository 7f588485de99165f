import HTTP

/// The frame of every page: title, style, a way past the navigation for those who read with their ears.
struct Page {
    let title: String
    let content: HTML

    func response(_ status: Status = .ok) -> Response {
        let html: HTML = """
            <!doctype html>
            <html lang="fr">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(title) · InspectIA</title>
            <link rel="icon" href="/assets/inspectia.svg">
            <link rel="stylesheet" href="/assets/inspectia.css">
            </head>
            <body>
            <a class="skip" href="#content">Aller au contenu</a>
            <header><a class="brand" href="/docs"><img src="/assets/inspectia.svg" alt="" width="28" height="28"> InspectIA</a></header>
            <main id="content">
            \(content)
            </main>
            </body>
            </html>

            """
        return Response(status, .html, html.text)
    }
}
