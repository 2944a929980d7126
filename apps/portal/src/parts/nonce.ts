/** The nonce of this page, for styles that a script inserts (CodeMirror, Base UI). The policy refuses all others. */
export function pageNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? ''
}
