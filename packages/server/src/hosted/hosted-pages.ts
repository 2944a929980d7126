import type { App } from '../http/app-type.ts'
import { type AddressLimit, createAddressLimit } from '../http/limit-per-address.ts'
import { acceptForms } from './accept-forms.ts'
import { type CancelEnrolmentDeps, cancelEnrolmentPages } from './cancel-enrolment-pages.ts'
import { type LinkPagesDeps, linkPages } from './link-pages.ts'
import { notMePages } from './not-me-pages.ts'
import type { ReportNotMeDeps } from './report-not-me.ts'

export type HostedDeps = ReportNotMeDeps & CancelEnrolmentDeps & LinkPagesDeps

/** Requests that one address makes in a minute. */
const perAddress: AddressLimit = { points: 60, windowSeconds: 60 }

/** The pages that users get to by a link in a message. They need no script. Whoever has the link is let in, so that each link does one small thing, once. */
export function hostedPages(app: App, deps: HostedDeps): void {
  const limit = createAddressLimit(perAddress)
  acceptForms(app)
  app.addHook('onRequest', ({ ip }) => limit(ip))
  notMePages(app, deps)
  cancelEnrolmentPages(app, deps)
  linkPages(app, deps)
}
