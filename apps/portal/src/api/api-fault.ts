/** A call that did not succeed. `Problem` shows it to people. */
export class ApiFault extends Error {
  /** 0: the server did not answer. */
  readonly status: number
  /** One of the codes in docs/errors.md, `unreachable` or `proof_declined`. */
  readonly code: string
  /** To be found in the log of the server. */
  readonly requestId: string | undefined
  /** The whole answer, for the few refusals that say more, such as `failing_tests`. */
  readonly body: Readonly<Record<string, unknown>>

  constructor(status: number, body: Record<string, unknown>) {
    const { errorCode, errorDescription, requestId } = body
    super(sentence(String(errorDescription ?? `the server answered ${status}`)))
    this.name = 'ApiFault'
    this.status = status
    this.code = String(errorCode ?? 'unknown')
    this.requestId = typeof requestId === 'string' ? requestId : undefined
    this.body = body
  }

  static async of(reply: Response): Promise<ApiFault> {
    const body: unknown = await reply.json().catch(() => undefined)
    return new ApiFault(reply.status, typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {})
  }

  static unreachable(method: string): ApiFault {
    const doubt = method === 'get' ? '' : '. Whether the change was made is not known: look before you repeat it'
    return new ApiFault(0, { errorCode: 'unreachable', errorDescription: `the server does not answer${doubt}` })
  }
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`
}
