import type { AuthenticatorRow } from '../authenticators/authenticator-row.ts'
import type { NamedMethod } from '../authenticators/named-method.ts'
import { importPublicKey } from './import-public-key.ts'

/** Why a credential that is brought in from elsewhere cannot be in force here (WA-12). */
export function findCredentialFault({ aNoun }: NamedMethod, row: AuthenticatorRow): string | undefined {
  if (row.credential_id === null || row.public_key === null) return `${aNoun} needs \`credentialId\` and \`credentialPublicKey\``
  const imported = importPublicKey(Buffer.from(row.public_key, 'base64url'))
  if (!imported.imported) return `${aNoun}'s public key cannot be used: ${imported.reason}`
  if (row.backup_state === 1 && row.backup_eligible === 0) return `${aNoun} with \`backupState: true\` needs \`backupEligible: true\``
  return undefined
}
