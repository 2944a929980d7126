import type { App } from './app-type.ts'

/**
 * Takes request bodies of type `application/json` and no other. An empty one is an empty object: clients announce JSON on every POST and send
 * nothing. Members called `__proto__` or `constructor.prototype` are refused.
 */
export function acceptJsonOnly(app: App): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, {})
    else parse(request, body, done)
  })
}
