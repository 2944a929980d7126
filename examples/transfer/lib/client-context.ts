import { cookies, headers } from 'next/headers'
import { connectionCookie, findConnection } from './connections.ts'

/** The visitor's browser and address, for Sallyport. */
export async function clientContext() {
  const [cookieStore, headerList] = await Promise.all([cookies(), headers()])
  return {
    // In this demo the visitor chooses the address. Behind your own proxy, use
    //   clientIp(request, { trustedProxies: ['10.0.0.0/8'], isAlwaysProxied: true })
    // and never the first entry of x-forwarded-for, which the visitor controls.
    ipAddress: findConnection(cookieStore.get(connectionCookie)?.value).ipAddress,
    userAgent: headerList.get('user-agent') ?? '',
    // The browser SDK keeps this cookie; the second name is the one of the article's package.
    deviceId: cookieStore.get('__sp_did')?.value ?? cookieStore.get('__as_aid')?.value,
  }
}
