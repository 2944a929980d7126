import type { Method } from '../method.ts'
import type { CodeMethod } from '../one-time-code/code-method.ts'
import { codeRoutes } from '../one-time-code/code-routes.ts'
import { mailCarrier } from '../one-time-code/mail-carrier.ts'
import { readMailAddress } from '../one-time-code/read-mail-address.ts'
import { markBrowser } from './browser-cookie.ts'
import { emailMagicLinkConfiguration } from './email-magic-link-configuration.ts'
import { emailMagicLinkName } from './email-magic-link-name.ts'
import { finalizeRoutes } from './finalize-route.ts'
import { makeLink } from './mailed-link.ts'

const links: CodeMethod = {
  ...emailMagicLinkName,
  path: 'email-magic-link',
  destination: 'email',
  channel: 'mail',
  readDestination: (_settings, text) => readMailAddress(text),
  link: { make: makeLink, markBrowser },
  carrierOf: (deps, tenant, settings, message) => mailCarrier(deps, tenant, settings, emailMagicLinkName.name, message),
}

/** Links sent by mail. A mailbox can be opened from anywhere, so a link shows less than a key does (OT-09). */
export const emailMagicLink: Method & CodeMethod = {
  ...links,
  configuration: emailMagicLinkConfiguration,
  routes: { client: [codeRoutes(links), finalizeRoutes] },
}
