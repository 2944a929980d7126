import { type NextRequest, NextResponse } from 'next/server'
import { recoveryCodesAction } from '@/lib/actions'
import { currentPerson } from '@/lib/session'
import { startProof } from '@/lib/start-proof'

/** Starts the making of recovery codes: the browser gets them from Sallyport once the passkey was used, and the bank never sees one. */
export async function POST(request: NextRequest) {
  const person = await currentPerson()
  if (person === undefined) return NextResponse.json({ message: 'Please sign in.' }, { status: 401 })
  const { device } = await request.json()
  const token = await startProof(person, { action: recoveryCodesAction, device })
  if (token === undefined) return NextResponse.json({ message: 'For your safety this cannot be changed right now.' }, { status: 403 })
  return NextResponse.json({ token })
}
