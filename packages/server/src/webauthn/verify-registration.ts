import { type Refusal, type RefusalReason, refuse, refuseOrigin } from './ceremony-refusal.ts'
import { findAuthenticatorDataFault, readAuthenticatorDataHead } from './check-authenticator-data.ts'
import { type ClientData, findClientDataFault, readClientData } from './check-client-data.ts'
import { findCredentialIdFault } from './check-credential-id.ts'
import { isStrictDerSignature } from './check-signature-encoding.ts'
import type { RegistrationCredential } from './credential-schema.ts'
import { importPublicKey, offeredAlgorithms } from './import-public-key.ts'
import { decodeWholeCbor, verifyRegistrationByLibrary } from './webauthn-library.ts'

export interface RegistrationRequest {
  credential: RegistrationCredential
  /** The challenge of the options, base64url. */
  challenge: string
  rpId: string
  origins: readonly string[]
  topOrigins: readonly string[]
  requireUserVerification: boolean
  /** The client says that a password manager made the passkey without asking ("conditional create"): nobody needs to have been present. */
  isConditionalCreate: boolean
}

/** The credential record of WebAuthn Level 3, "Credential Record". */
export interface RegisteredCredential {
  credentialId: string
  /** COSE key, base64url. */
  publicKey: string
  algorithm: number
  signCount: number
  userVerified: boolean
  backupEligible: boolean
  backupState: boolean
  aaguid: string
  attestationFormat: string
}

export type RegistrationVerdict = { verified: true; credential: RegisteredCredential } | Refusal

/**
 * The formats that need no trust anchor: no attestation, and self attestation. The options ask for `none`, so no client has a reason to send another.
 */
const acceptedFormats = ['none', 'packed']
/** Formats of statements that are worth as much as the root of their certificates. There is no root to check them against. */
const certifiedFormats = ['fido-u2f', 'tpm']

interface Attestation {
  format: string
  authenticatorData: Uint8Array
  statement: ReadonlyMap<unknown, unknown>
}

/**
 * Verifies the answer to registration options: WebAuthn Level 3, "Registering a New Credential". The library checks the ceremony; the checks around it are
 * the ones it leaves out, and the ones that both ceremonies must make in the same way.
 *
 * Pure: what the caller has to check against its store (the challenge is unused, the credential id is new) and what it stores come afterwards (WA-20).
 */
export async function verifyRegistration(request: RegistrationRequest): Promise<RegistrationVerdict> {
  const { credential } = request
  const idFault = findCredentialIdFault(credential)
  if (idFault !== undefined) return refuse(idFault)
  const clientData = readClientData(credential.response.clientDataJSON)
  if (clientData === undefined) return refuse('client_data_malformed')
  const clientDataFault = findClientDataFault(clientData, { ...request, type: 'webauthn.create' })
  if (clientDataFault === 'origin_not_allowed') return refuseOrigin(clientData.origin)
  if (clientDataFault !== undefined) return refuse(clientDataFault)

  const attestation = readAttestation(credential.response.attestationObject)
  if (attestation === undefined) return refuse('attestation_malformed')
  if (isCertified(attestation)) return refuse('attestation_untrusted')
  if (!acceptedFormats.includes(attestation.format)) return refuse('attestation_format')
  const head = readAuthenticatorDataHead(attestation.authenticatorData)
  if (head === undefined) return refuse('authenticator_data_malformed')
  const requireUserPresence = !request.isConditionalCreate
  const dataFault = findAuthenticatorDataFault(head, { ...request, requireUserPresence })
  if (dataFault !== undefined) return refuse(dataFault)

  const answer = await verifyRegistrationByLibrary(forLibrary(credential, clientData, attestation), {
    ...request,
    requireUserPresence,
    algorithms: offeredAlgorithms,
  })
  if (!answer.ok) return refuse('attestation_invalid', answer.cause)
  if (!answer.value.verified) return refuse('attestation_invalid')
  const { registrationInfo } = answer.value

  // The id inside the signed data is the credential; the one beside it is what the client claims.
  if (registrationInfo.credential.id !== credential.id) return refuse('credential_id_mismatch')
  const imported = importPublicKey(registrationInfo.credential.publicKey)
  if (!imported.imported) return refuse(imported.reason, imported.cause)
  const statementFault = findStatementFault(attestation, imported.algorithm)
  if (statementFault !== undefined) return refuse(statementFault)

  return {
    verified: true,
    credential: {
      credentialId: credential.id,
      publicKey: Buffer.from(registrationInfo.credential.publicKey).toString('base64url'),
      algorithm: imported.algorithm,
      signCount: head.signCount,
      userVerified: head.userVerified,
      backupEligible: head.backupEligible,
      backupState: head.backupState,
      aaguid: registrationInfo.aaguid,
      attestationFormat: attestation.format,
    },
  }
}

/**
 * The library refuses values of `tokenBinding` that Level 3 no longer knows. Without an attestation nothing signs the client data, so it is shown the members
 * that count.
 */
function forLibrary(
  credential: RegistrationCredential,
  { bytes: _, ...clientData }: ClientData,
  { format }: Attestation,
): RegistrationCredential {
  if (format !== 'none') return credential
  const clientDataJSON = Buffer.from(JSON.stringify(clientData)).toString('base64url')
  return { ...credential, response: { ...credential.response, clientDataJSON } }
}

function readAttestation(attestationObject: string): Attestation | undefined {
  const decoded = decodeWholeCbor(Buffer.from(attestationObject, 'base64url'))
  if (!decoded.ok || !(decoded.value instanceof Map)) return undefined
  const format: unknown = decoded.value.get('fmt')
  const authenticatorData: unknown = decoded.value.get('authData')
  const statement: unknown = decoded.value.get('attStmt')
  if (typeof format !== 'string' || !(authenticatorData instanceof Uint8Array) || !(statement instanceof Map)) return undefined
  return { format, authenticatorData, statement }
}

/**
 * True when certificates vouch for the statement. The library takes a chain up to any root when it knows no root for the format, so anybody could vouch for
 * a device of their own invention.
 */
function isCertified({ format, statement }: Attestation): boolean {
  return certifiedFormats.includes(format) || statement.has('x5c')
}

/** Self attestation is signed with the credential's own algorithm (WA-13), and an ECDSA signature has one spelling. */
function findStatementFault({ format, statement }: Attestation, algorithm: number): RefusalReason | undefined {
  if (format !== 'packed') return undefined
  if (statement.get('alg') !== algorithm) return 'attestation_invalid'
  const signature = statement.get('sig')
  if (!(signature instanceof Uint8Array)) return 'attestation_invalid'
  return algorithm === -7 && !isStrictDerSignature(signature) ? 'signature_malformed' : undefined
}
