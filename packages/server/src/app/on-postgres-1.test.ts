import { testOnPostgres } from '../../test/support/test-on-postgres.ts'

await testOnPostgres(1)
