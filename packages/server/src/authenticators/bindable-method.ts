import type { UserAuthenticator } from './authenticator-json.ts'
import type { AuthenticatorDetails, AuthenticatorRow, BoundColumns } from './authenticator-row.ts'
import type { NamedMethod } from './named-method.ts'
import type { VerifiedAuthenticator } from './verified-authenticator.ts'

/** What binding, listing and removing have to know of a verification method. */
export interface BindableMethod extends NamedMethod {
  /** What the API shows of an authenticator besides what it shows of each. Never a key or a secret. */
  show?(row: AuthenticatorRow): Partial<UserAuthenticator>
  /**
   * The columns of an authenticator that the application verified by its own means. Throws `ApiError` for one that cannot be bound. Absent: only the user
   * can bind one. `secret` is what the server shares with it, which is stored encrypted.
   */
  readVerified?(input: VerifiedAuthenticator): BoundColumns & { secret?: string }
  /**
   * Makes what a user gets along with the first authenticator that the application enrols: codes to show once. Before a transaction, because it may take
   * a while. Absent: nothing.
   */
  makeForFirst?(): Promise<{ columns: BoundColumns & { secret: string }; recoveryCodes: string[] }>
  /** Why the last authenticator of this method must not be removed from a user, by the method's configuration. Absent: it may. */
  lastRemovalObstacle?(settings: Readonly<Record<string, unknown>>): string | undefined
  /**
   * What is kept in `details` of one that is brought in with its user: what is not known of it stays open until its first verified answer. Absent: nothing
   * has to be known.
   */
  describeImported?(
    details: AuthenticatorDetails,
    known: { isBackupEligibilityKnown: boolean; userHandle: string | undefined },
  ): AuthenticatorDetails
  /** Why an authenticator that is brought in with its user cannot be in force here, as a sentence for the operator. Absent: any can. */
  findFault?(row: AuthenticatorRow): string | undefined
}

/** The method of this name among those that there are. */
export function findMethod<M extends Pick<NamedMethod, 'name'>>(methods: readonly M[], name: string): M | undefined {
  return methods.find((method) => method.name === name)
}
