import { randomUUID } from 'node:crypto'
import { type NextRequest, NextResponse } from 'next/server'
import { removeAction } from '@/lib/actions'
import { clientContext } from '@/lib/client-context'
import { removeCodesWithoutPasskey } from '@/lib/email-codes'
import { listPasskeys } from '@/lib/list-passkeys'
import { mfa, sdk } from '@/lib/mfa'
import { currentPerson } from '@/lib/session'

/**
 * Removes a passkey, after the customer has used one: a stolen session must not be enough. The first call answers with the token for the challenge, the
 * second brings what the passkey proved.
 */
export async function POST(request: NextRequest) {
  const person = await currentPerson()
  if (person === undefined) return NextResponse.json({ message: 'Please sign in.' }, { status: 401 })
  const { id, token } = await request.json()
  const passkey = (await listPasskeys(person)).find((each) => each.id === id)
  if (passkey === undefined) return NextResponse.json({ message: 'There is no such passkey.' }, { status: 404 })

  if (token === undefined) {
    const attributes = { ...(await clientContext()), idempotencyKey: `${passkey.id}:${randomUUID()}` }
    const tracked = await mfa().track({ userId: person.id, action: removeAction, attributes })
    if (tracked.state !== 'CHALLENGE_REQUIRED') {
      return NextResponse.json({ message: 'For your safety a passkey cannot be removed right now.' }, { status: 403 })
    }
    return NextResponse.json({ token: tracked.token })
  }

  const { isValid, idempotencyKey } = await mfa().validateChallenge({ token: String(token), action: removeAction, userId: person.id })
  // The article's packages approve the action only, so there the key is another one.
  const isForThis = sdk() === 'authsignal' || idempotencyKey?.startsWith(`${passkey.id}:`) === true
  if (!isValid || !isForThis) return NextResponse.json({ message: 'Your passkey was not accepted. Nothing was removed.' }, { status: 403 })
  await mfa().deleteAuthenticator({ userId: person.id, userAuthenticatorId: passkey.id })
  await removeCodesWithoutPasskey(person)
  return NextResponse.json({ isRemoved: true })
}
