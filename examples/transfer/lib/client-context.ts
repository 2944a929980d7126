import { cookies, headers } from 'next/headers'
import { connectionCookie, findConnection } from './connections.ts'

/** The visitor's browser and address, for Sallyport. `device`: what the page sent of its device. */
export async function clientContext(device: unknown) {
  const [cookieStore, headerList] = await Promise.all([cookies(), headers()])
  return {
    // In this demo the visitor chooses the address. Behind your own proxy, use
    //   clientIp(request, { trustedProxies: ['10.0.0.0/8'], isAlwaysProxied: true })
    // and never the first entry of x-forwarded-for, which the visitor controls.
    ipAddress: findConnection(cookieStore.get(connectionCookie)?.value).ipAddress,
    userAgent: headerList.get('user-agent') ?? '',
    // A browser that can keep no key sends no device. Its cookie names it then; the second name is the one of the article's package.
    ...(readDevice(device) ?? { deviceId: cookieStore.get('__sp_did')?.value ?? cookieStore.get('__as_aid')?.value }),
  }
}

/** The signed id of the device, with the proof that the server checks. */
function readDevice(device: unknown): { deviceId: string; deviceProof: string } | undefined {
  if (typeof device !== 'object' || device === null) return undefined
  const { deviceId, deviceProof } = device as { deviceId?: unknown; deviceProof?: unknown }
  return typeof deviceId === 'string' && typeof deviceProof === 'string' ? { deviceId, deviceProof } : undefined
}
