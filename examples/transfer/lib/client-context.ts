import { cookies, headers } from 'next/headers'
import { connectionCookie, findConnection } from './connections.ts'

/** What Sallyport is told of the visitor's browser and address. */
export async function clientContext() {
  const [cookieStore, headerList] = await Promise.all([cookies(), headers()])
  return {
    // In this demo the visitor chooses. Behind your own proxy it would be
    //   clientIp(request, { trustedProxies: ['10.0.0.0/8'], isAlwaysProxied: true })
    // and never the first entry of x-forwarded-for, which the visitor writes.
    ipAddress: findConnection(cookieStore.get(connectionCookie)?.value).ipAddress,
    userAgent: headerList.get('user-agent') ?? '',
    // Kept by the browser SDK; the second is the name the article's package gives it.
    deviceId: cookieStore.get('__sp_did')?.value ?? cookieStore.get('__as_aid')?.value,
  }
}
