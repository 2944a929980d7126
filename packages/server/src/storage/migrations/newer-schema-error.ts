/** The data was written by a newer release: this one could only damage it. */
export class NewerSchemaError extends Error {
  constructor(found: number, known: number) {
    super(
      `the data has schema version ${found}, this release knows versions up to ${known}; start the newer release again, or restore a backup made before the upgrade`,
    )
    this.name = 'NewerSchemaError'
  }
}
