/** Posts to one of this application's own routes. Never rejects: `message` says what went wrong. */
export async function postJson<T extends object>(path: string, body: object = {}): Promise<{ ok: boolean; message?: string } & Partial<T>> {
  try {
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return { ...(await response.json()), ok: response.ok }
  } catch {
    return { ok: false, message: 'The bank did not answer. Please try again.' } as { ok: boolean; message?: string } & Partial<T>
  }
}
