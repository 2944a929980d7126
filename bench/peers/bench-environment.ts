/** The configuration of the server for benchmarks, from the variables that `bank.ts` passes to peers. */
export function benchEnvironment(): Record<string, string | undefined> {
  return {
    SALLYPORT_BOOTSTRAP_TENANT_ID: 'bench',
    SALLYPORT_BOOTSTRAP_SECRET_KEY: process.env.BENCH_SECRET_KEY,
    SALLYPORT_BOOTSTRAP_MANAGEMENT_KEY: process.env.BENCH_MANAGEMENT_KEY,
    SALLYPORT_BOOTSTRAP_RP_ID: 'localhost',
    SALLYPORT_BOOTSTRAP_ORIGINS: 'http://localhost:3000',
    // Nothing else happens on the machine while something is measured.
    SALLYPORT_IP_UPDATES: 'off',
    SALLYPORT_DATABASE_URL: process.env.BENCH_DATABASE_URL,
  }
}
