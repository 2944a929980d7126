import { type NextRequest, NextResponse } from 'next/server'
import { addCodesAction } from '@/lib/actions'
import { mfa } from '@/lib/mfa'
import { addEmailCodes } from '@/lib/other-ways'
import { currentPerson } from '@/lib/session'
import { startProof } from '@/lib/start-proof'

/**
 * Lets the customer confirm payments with codes by mail, after they have used their passkey: a stolen session must not be enough to add a weaker way. The first
 * call answers with the token for the challenge, the second brings what the passkey proved.
 */
export async function POST(request: NextRequest) {
  const person = await currentPerson()
  if (person === undefined) return NextResponse.json({ message: 'Please sign in.' }, { status: 401 })
  const { token, device } = await request.json()

  if (token === undefined) {
    const started = await startProof(person, { action: addCodesAction, device })
    if (started === undefined) return NextResponse.json({ message: 'For your safety this cannot be changed right now.' }, { status: 403 })
    return NextResponse.json({ token: started })
  }

  const { isValid } = await mfa().validateChallenge({ token: String(token), action: addCodesAction, userId: person.id })
  if (!isValid) return NextResponse.json({ message: 'Your passkey was not accepted. Nothing was changed.' }, { status: 403 })
  await addEmailCodes(person)
  return NextResponse.json({ isAdded: true })
}
