/** What this browser says of a relying party id on this page. `silent`: it does not say before somebody uses a passkey. */
export type Tried = { answer: 'accepted' | 'silent' } | { answer: 'refused'; why: string }

/** A browser that refuses does so at once. */
const waitMs = 600

/** Asks this browser for a passkey of a relying party, without a dialog, and takes the question back. Nothing is used or made. */
export async function tryRelyingParty(rpId: string): Promise<Tried> {
  if (!('PublicKeyCredential' in window) || !(await PublicKeyCredential.isConditionalMediationAvailable?.())) return { answer: 'silent' }
  const question = new AbortController()
  const timer = setTimeout(() => question.abort(), waitMs)
  try {
    const challenge = crypto.getRandomValues(new Uint8Array(32))
    await navigator.credentials.get({ mediation: 'conditional', signal: question.signal, publicKey: { rpId, challenge } })
    return { answer: 'accepted' }
  } catch (error) {
    if (question.signal.aborted) return { answer: 'accepted' }
    const { name, message } = error as Error
    return name === 'SecurityError' ? { answer: 'refused', why: message } : { answer: 'silent' }
  } finally {
    clearTimeout(timer)
  }
}
