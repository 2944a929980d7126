import { type NextRequest, NextResponse } from 'next/server'
import { removeAction } from '@/lib/actions'
import { findPasskey } from '@/lib/list-ways'
import { mfa, sdk } from '@/lib/mfa'
import { removeWaysWithoutPasskey } from '@/lib/other-ways'
import { currentPerson } from '@/lib/session'
import { startProof } from '@/lib/start-proof'

/**
 * Removes a passkey, after the customer has used one: a stolen session must not be enough. The first call answers with the token for the challenge, the
 * second brings what the passkey proved.
 */
export async function POST(request: NextRequest) {
  const person = await currentPerson()
  if (person === undefined) return NextResponse.json({ message: 'Please sign in.' }, { status: 401 })
  const { id, token, device } = await request.json()
  const passkey = await findPasskey(person, id)
  if (passkey === undefined) return NextResponse.json({ message: 'There is no such passkey.' }, { status: 404 })

  if (token === undefined) {
    const started = await startProof(person, { action: removeAction, device, about: passkey.id })
    if (started === undefined) {
      return NextResponse.json({ message: 'For your safety a passkey cannot be removed right now.' }, { status: 403 })
    }
    return NextResponse.json({ token: started })
  }

  const { isValid, idempotencyKey } = await mfa().validateChallenge({ token: String(token), action: removeAction, userId: person.id })
  // The article's packages approve the action only, so there the key is another one.
  const isForThis = sdk() === 'authsignal' || idempotencyKey?.startsWith(`${passkey.id}:`) === true
  if (!isValid || !isForThis) return NextResponse.json({ message: 'Your passkey was not accepted. Nothing was removed.' }, { status: 403 })
  await mfa().deleteAuthenticator({ userId: person.id, userAuthenticatorId: passkey.id })
  await removeWaysWithoutPasskey(person)
  return NextResponse.json({ isRemoved: true })
}
