CREATE TABLE users (
  user_id text PRIMARY KEY, first_at int8 NOT NULL,
  w1 int8 NOT NULL, n1 int4 NOT NULL, w2 int8 NOT NULL, n2 int4 NOT NULL, w3 int8 NOT NULL, n3 int4 NOT NULL
) WITH (fillfactor = 70);

CREATE TABLE seen (
  user_id text NOT NULL, kind int2 NOT NULL, value text NOT NULL, at int8 NOT NULL,
  PRIMARY KEY (user_id, kind, value)
) WITH (fillfactor = 70);

CREATE TABLE events (
  user_id text NOT NULL, action text NOT NULL, idempotency_key text NOT NULL, request text NOT NULL, profile int4[],
  PRIMARY KEY (user_id, action, idempotency_key)
);

-- Notes a device (kind 1) or an address (kind 2): whether it is new, and how many there were in an hour and in a day.
CREATE FUNCTION see(of_user text, of_kind int2, this_value text, now_ms int8, most int) RETURNS int4[] LANGUAGE plpgsql AS $$
DECLARE
  is_new bool;
  counts int4[];
BEGIN
  UPDATE seen SET at = now_ms WHERE user_id = of_user AND kind = of_kind AND value = this_value;
  is_new := NOT FOUND;
  IF is_new THEN INSERT INTO seen VALUES (of_user, of_kind, this_value, now_ms); END IF;
  SELECT ARRAY[is_new::int, count(*) FILTER (WHERE at >= now_ms - 3600000), count(*) FILTER (WHERE at >= now_ms - 86400000), count(*)]
    INTO counts FROM seen WHERE user_id = of_user AND kind = of_kind;
  IF is_new AND counts[4] > most THEN
    DELETE FROM seen WHERE user_id = of_user AND kind = of_kind AND value IN (
      SELECT value FROM seen WHERE user_id = of_user AND kind = of_kind ORDER BY at LIMIT counts[4] - most);
  END IF;
  RETURN counts;
END $$;

-- Counts an action in the profile of its user and records it.
CREATE FUNCTION see_action(of_user text, of_action text, of_key text, device text, address text, now_ms int8, of_request text, most int)
RETURNS int4[] LANGUAGE plpgsql AS $$
DECLARE
  known int4[];
  u users;
  devices int4[];
  addresses int4[];
BEGIN
  INSERT INTO events VALUES (of_user, of_action, of_key, of_request, NULL) ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    SELECT profile INTO known FROM events WHERE user_id = of_user AND action = of_action AND idempotency_key = of_key;
    RETURN known;
  END IF;
  INSERT INTO users AS t VALUES (of_user, now_ms, now_ms / 600000, 1, now_ms / 3600000, 1, now_ms / 86400000, 1)
    ON CONFLICT (user_id) DO UPDATE SET
      w1 = excluded.w1, n1 = CASE WHEN t.w1 = excluded.w1 THEN t.n1 + 1 ELSE 1 END,
      w2 = excluded.w2, n2 = CASE WHEN t.w2 = excluded.w2 THEN t.n2 + 1 ELSE 1 END,
      w3 = excluded.w3, n3 = CASE WHEN t.w3 = excluded.w3 THEN t.n3 + 1 ELSE 1 END
    RETURNING * INTO u;
  devices := see(of_user, 1::int2, device, now_ms, most);
  addresses := see(of_user, 2::int2, address, now_ms, most);
  known := ARRAY[devices[1], addresses[1], ((now_ms - u.first_at) / 86400000)::int, u.n1, u.n2, u.n3, devices[2], devices[3], addresses[2], addresses[3]];
  UPDATE events SET profile = known WHERE user_id = of_user AND action = of_action AND idempotency_key = of_key;
  RETURN known;
END $$;
