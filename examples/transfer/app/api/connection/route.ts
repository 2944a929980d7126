import { cookies } from 'next/headers'
import { type NextRequest, NextResponse } from 'next/server'
import { connectionCookie, findConnection } from '@/lib/connections'

/** Only for the demo: chooses the address of the next actions. */
export async function POST(request: NextRequest) {
  const { connection } = await request.json()
  const chosen = findConnection(connection)
  ;(await cookies()).set(connectionCookie, chosen.id, { sameSite: 'lax', path: '/' })
  return NextResponse.json({ connection: chosen.id })
}
