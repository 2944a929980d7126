import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { App } from '../http/app-type.ts'
import { portalSite } from './portal-site.ts'

/** Only what this server sends itself, nothing inline, in no frame, and no form that goes elsewhere. */
const pagePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const filePolicy = "default-src 'none'; frame-ancestors 'none'"

/**
 * The plain pages of the portal: for signing in and for setting up. They need no build and little script, so that people get in even where
 * the rest does not work. They hold nothing of any tenant: the script asks for that.
 */
export function portalPages(app: App, { config }: { config: { publicUrl: string } }): void {
  const { origin, problem } = portalSite(config.publicUrl)
  const page = (file: string) =>
    read(file)
      .replaceAll('{{origin}}', escaped(origin))
      .replaceAll(
        '{{problem}}',
        problem === undefined ? '' : `<p class="notice" role="alert">Passkeys do not work here: ${escaped(problem)}.</p>`,
      )

  for (const name of ['sign-in', 'set-up']) send(`/${name}`, page(`${name}.html`), 'text/html; charset=utf-8', pagePolicy)
  for (const file of ['sign-in.js', 'set-up.js', 'passkeys.js']) send(`/${file}`, read(file), 'text/javascript; charset=utf-8', filePolicy)
  send('/plain.css', read('plain.css'), 'text/css; charset=utf-8', filePolicy)
  send('/icon.svg', read('icon.svg'), 'image/svg+xml', filePolicy)

  function send(path: string, text: string, type: string, policy: string): void {
    app.get(path, { schema: { hide: true } }, (_request, reply) =>
      reply.type(type).header('content-security-policy', policy).header('cache-control', 'no-cache').send(text),
    )
  }
}

function read(file: string): string {
  return readFileSync(join(import.meta.dirname, 'pages', file), 'utf8')
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
