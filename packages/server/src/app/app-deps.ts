import type { Logger } from 'pino'
import type { RefusedEntries } from '../admins/refused-entries.ts'
import type { AuthenticatorSecrets } from '../authenticators/authenticator-secret.ts'
import type { SessionFinder } from '../callers/authenticate.ts'
import type { KeyUses } from '../callers/key-uses.ts'
import type { AnonymousAnswers } from '../challenges/anonymous-answers.ts'
import type { ChallengeSeal } from '../challenges/challenge-seal.ts'
import type { OneTimeCodes } from '../challenges/one-time-codes.ts'
import type { Config } from '../config.ts'
import type { TenantDirectory } from '../configuration/tenant.ts'
import type { Delivery } from '../delivery/delivery.ts'
import type { EventCursors } from '../events/event-cursors.ts'
import type { SocketLimits } from '../http/socket-limits.ts'
import type { FeedUpdates } from '../ip/feed-updates.ts'
import type { ExplainedIpIntelligence } from '../ip/ip-intelligence.ts'
import type { KeyCipher } from '../keys/api-keys.ts'
import type { ProviderSecrets } from '../keys/provider-secrets.ts'
import type { Method } from '../methods/method.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { NotMeSeal } from '../notices/not-me-seal.ts'
import type { TextNotices } from '../notices/notice-phone.ts'
import type { UserNotices } from '../notices/user-notices.ts'
import type { Proposals } from '../proposals/create-proposal.ts'
import type { WarnUndeterminedDeps } from '../rules/warn-undetermined.ts'
import type { Store } from '../storage/store.ts'
import type { RecentWarnings } from '../warnings/recent-warnings.ts'
import type { Webhooks } from '../webhooks/webhooks.ts'

/** Everything the routes need. Each feature declares a smaller type with only what it calls. */
export interface AppDeps {
  config: Config
  store: Store
  tenants: TenantDirectory
  cipher: KeyCipher
  ip: ExplainedIpIntelligence
  feedUpdates: FeedUpdates
  challengeSeal: ChallengeSeal
  anonymousAnswers: AnonymousAnswers
  webhooks: Webhooks
  /** Messages to people. */
  delivery: Delivery
  /** To users, about their accounts. */
  notices: UserNotices
  textNotices: TextNotices
  notMeSeal: NotMeSeal
  authenticatorSecrets: AuthenticatorSecrets
  /** Codes that are sent and typed in. */
  oneTimeCodes: OneTimeCodes
  /** What tenants use their providers with. */
  providerSecrets: ProviderSecrets
  /** Where Twilio is asked. Absent: its own address. */
  twilioUrl?: string | undefined
  /** What WebSockets may cost. Absent: the defaults. */
  socketLimits?: Partial<SocketLimits> | undefined
  eventCursors: EventCursors
  /** The verification methods that there are. */
  methods: readonly Method[]
  metrics: Metrics
  /** Refused sign-ins to the portal, for the audit log. */
  refusedEntries: RefusedEntries
  sessions: SessionFinder
  keyUses: KeyUses
  warnings: RecentWarnings
  /** Over recent instances, in a thread of its own. */
  countUndetermined: WarnUndeterminedDeps['countUndetermined']
  /** Keep a change of rules until a second person approves it. */
  proposePolicy: Proposals['proposePolicy']
  proposeRules: Proposals['proposeRules']
  log: Logger
  /** Milliseconds UTC. */
  clock: () => number
  /** Random UUID, version 4. */
  newId: () => string
}
