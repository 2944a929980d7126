/** What the code of an application is written with. */
export interface CodeFor {
  /** With `/v1`. */
  apiUrl: string
  tenantId: string
  action: string
  /** Data of the action, with a value of each. */
  custom: Readonly<Record<string, string | number | boolean | readonly string[]>>
}

export interface CodeFile {
  /** Where it goes, and how it is started. */
  title: string
  code: string
}
