import { type NextRequest, NextResponse } from 'next/server'
import { enrollAction } from '@/lib/actions'
import { clientContext } from '@/lib/client-context'
import { mfa } from '@/lib/mfa'
import { currentPerson } from '@/lib/session'

/** Starts the enrolment of a first passkey: asks for a token that may add an authenticator. */
export async function POST(request: NextRequest) {
  const person = await currentPerson()
  if (person === undefined) return NextResponse.json({ message: 'Please sign in.' }, { status: 401 })

  // A stolen session must not be enough to add a second passkey. `replace` shows the way for a customer who lost the first one.
  if ((await mfa().getUser({ userId: person.id })).isEnrolled) {
    return NextResponse.json({ message: 'There is a passkey on your account already.' }, { status: 409 })
  }

  const { device } = await request.json()
  const response = await mfa().track({
    userId: person.id,
    action: enrollAction,
    attributes: { ...(await clientContext(device)), scope: 'add:authenticators', email: person.email, username: person.email },
  })

  // A rule of this action blocks anonymous addresses: a passkey added from there would prove nothing about the customer.
  if (response.state !== 'ALLOW') {
    return NextResponse.json({ message: 'For your safety a passkey cannot be added from this connection.' }, { status: 403 })
  }
  return NextResponse.json({ token: response.token })
}
