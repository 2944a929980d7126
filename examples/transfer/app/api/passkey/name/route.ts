import { type NextRequest, NextResponse } from 'next/server'
import { findPasskey } from '@/lib/list-ways'
import { namePasskey } from '@/lib/passkey-names'
import { currentPerson } from '@/lib/session'

/** Names a passkey of the customer. */
export async function POST(request: NextRequest) {
  const person = await currentPerson()
  if (person === undefined) return NextResponse.json({ message: 'Please sign in.' }, { status: 401 })
  const { id, name } = await request.json()
  const passkey = await findPasskey(person, id)
  if (passkey === undefined || typeof name !== 'string') return NextResponse.json({ message: 'There is no such passkey.' }, { status: 404 })
  namePasskey(person, passkey.id, name)
  return NextResponse.json({})
}
