import { cookies } from 'next/headers'
import { type NextRequest, NextResponse } from 'next/server'
import { connectionCookie, findConnection } from '@/lib/connections'

/** The demo's own: chooses the address that the next actions come from. */
export async function POST(request: NextRequest) {
  const { connection } = await request.json()
  const chosen = findConnection(connection)
  ;(await cookies()).set(connectionCookie, chosen.id, { sameSite: 'lax', path: '/' })
  return NextResponse.json({ connection: chosen.id })
}
