import { randomUUID } from 'node:crypto'
import { type NextRequest, NextResponse } from 'next/server'
import { addCodesAction } from '@/lib/actions'
import { clientContext } from '@/lib/client-context'
import { addEmailCodes } from '@/lib/email-codes'
import { sallyport } from '@/lib/sallyport'
import { currentPerson } from '@/lib/session'

/**
 * Lets the customer confirm payments with codes by mail, after they have used their passkey: a stolen session must not be enough to add a weaker way. The first
 * call answers with the token for the challenge, the second brings what the passkey proved.
 */
export async function POST(request: NextRequest) {
  const person = await currentPerson()
  if (person === undefined) return NextResponse.json({ message: 'Please sign in.' }, { status: 401 })
  const { token } = await request.json()

  if (token === undefined) {
    const attributes = { ...(await clientContext()), idempotencyKey: randomUUID() }
    const tracked = await sallyport.track({ userId: person.id, action: addCodesAction, attributes })
    if (tracked.state !== 'CHALLENGE_REQUIRED') {
      return NextResponse.json({ message: 'For your safety this cannot be changed right now.' }, { status: 403 })
    }
    return NextResponse.json({ token: tracked.token })
  }

  const { isValid } = await sallyport.validateChallenge({ token: String(token), action: addCodesAction, userId: person.id })
  if (!isValid) return NextResponse.json({ message: 'Your passkey was not accepted. Nothing was changed.' }, { status: 403 })
  await addEmailCodes(person)
  return NextResponse.json({ isAdded: true })
}
