import { type NextRequest, NextResponse } from 'next/server'
import { replaceAction } from '@/lib/actions'
import { currentPerson } from '@/lib/session'
import { startProof } from '@/lib/start-proof'

/**
 * Starts the way back for a customer who has lost the passkey. The token lets nobody in: Sallyport adds the new passkey after a code by mail and a
 * recovery code. A rule of this action blocks anonymous addresses.
 */
export async function POST(request: NextRequest) {
  const person = await currentPerson()
  if (person === undefined) return NextResponse.json({ message: 'Please sign in.' }, { status: 401 })
  const { device } = await request.json()
  const token = await startProof(person, { action: replaceAction, device })
  if (token === undefined) {
    return NextResponse.json({ message: 'For your safety a passkey cannot be replaced from this connection.' }, { status: 403 })
  }
  return NextResponse.json({ token })
}
