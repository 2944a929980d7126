import type { Migration } from './migration.ts'

/** Who looks at an action that waits for a review, so that no two people do. */
export const reviewClaims: Migration = {
  number: 18,
  name: 'review-claims',
  portable: [
    `CREATE TABLE review_claims (
      tenant_id TEXT NOT NULL,
      user_id TEXT NOT NULL,
      action_code TEXT NOT NULL,
      idempotency_key TEXT NOT NULL,
      actor_kind TEXT NOT NULL,
      actor_id TEXT NOT NULL,
      actor_name TEXT,
      claimed_at BIGINT NOT NULL,
      expires_at BIGINT NOT NULL,
      PRIMARY KEY (tenant_id, user_id, action_code, idempotency_key)
    )`,
  ],
  sqlite: [],
  postgres: [],
}
