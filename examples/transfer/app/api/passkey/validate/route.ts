import { type NextRequest, NextResponse } from 'next/server'
import { findTransfer } from '@/lib/bank'
import { confirmTransfer } from '@/lib/confirm-transfer'
import { mfa } from '@/lib/mfa'
import { currentPerson } from '@/lib/session'

/** Takes what the passkey proved: for a transfer, that this very transfer is approved; without one, that a passkey was enrolled. */
export async function POST(request: NextRequest) {
  const person = await currentPerson()
  if (person === undefined) return NextResponse.json({ message: 'Please sign in.' }, { status: 401 })
  const { token, transferId } = await request.json()
  if (typeof token !== 'string') return NextResponse.json({ message: 'The token is missing.' }, { status: 400 })

  if (transferId === undefined) {
    // The token is the browser's word. Whether a passkey is enrolled, the server knows best.
    const { isEnrolled } = await mfa().getUser({ userId: person.id })
    return NextResponse.json({ isValid: isEnrolled })
  }

  const transfer = findTransfer(person, transferId)
  if (transfer === undefined) return NextResponse.json({ message: 'There is no such transfer.' }, { status: 404 })
  const isValid = await confirmTransfer(person, transfer, token)
  return NextResponse.json({ isValid, status: transfer.status }, { status: isValid ? 200 : 403 })
}
