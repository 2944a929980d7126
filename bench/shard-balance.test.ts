import assert from 'node:assert/strict'
import { test } from 'node:test'
import { balanceOf, type Population, zipfShares } from './shard-balance.ts'

const population: Population = { tenants: 200, users: 50_000, tenantExponent: 1, userExponent: 0.8, seed: 1 }

test('shares fall with the rank and make a whole', () => {
  const shares = zipfShares(100, 1)
  assert.ok(Math.abs(shares.reduce((sum, share) => sum + share, 0) - 1) < 1e-9)
  assert.ok(Math.abs((shares[0] ?? 0) / (shares[9] ?? 1) - 10) < 1e-9)
})

test('the same seed gives the same balance', () => {
  assert.deepEqual(balanceOf(population, 'tenant and user', 32), balanceOf(population, 'tenant and user', 32))
})

test('one shard has everything', () => {
  const { maxOverMean, busiestShare } = balanceOf(population, 'tenant', 1)
  assert.ok(Math.abs(maxOverMean - 1) < 1e-9)
  assert.ok(Math.abs(busiestShare - 1) < 1e-9)
})

test('by tenant no shard is less than the largest tenant; by tenant and user it spreads', () => {
  const [largest = 0] = zipfShares(population.tenants, population.tenantExponent)
  for (const shards of [8, 32, 128]) {
    const byTenant = balanceOf(population, 'tenant', shards)
    assert.ok(byTenant.busiestShare >= largest)
    assert.ok(balanceOf(population, 'tenant and user', shards).maxOverMean < byTenant.maxOverMean)
  }
})
