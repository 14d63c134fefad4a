-- sqlite
CREATE TABLE archive (
	id INTEGER NOT NULL CHECK (id = 1),
	schema_version INTEGER NOT NULL,
	sample BOOLEAN,
	last_change INTEGER NOT NULL,
	PRIMARY KEY (id)
);
CREATE TABLE bodies (
	portal VARCHAR NOT NULL,
	digest VARCHAR(64) NOT NULL,
	data BLOB NOT NULL,
	PRIMARY KEY (portal, digest)
);
CREATE TABLE records (
	id VARCHAR NOT NULL,
	portal VARCHAR NOT NULL,
	source_key TEXT NOT NULL,
	digest VARCHAR(64) NOT NULL,
	first_seen_run INTEGER NOT NULL,
	last_seen_run INTEGER NOT NULL,
	changed_run INTEGER NOT NULL,
	deleted_run INTEGER,
	change INTEGER NOT NULL,
	PRIMARY KEY (id)
);
CREATE INDEX records_by_change ON records (change);
CREATE INDEX records_by_portal ON records (portal, id);
CREATE TABLE runs (
	id INTEGER NOT NULL,
	portal VARCHAR NOT NULL,
	mode VARCHAR NOT NULL,
	status VARCHAR NOT NULL,
	complete BOOLEAN NOT NULL,
	started VARCHAR(32) NOT NULL,
	finished VARCHAR(32),
	heartbeat VARCHAR(32) NOT NULL,
	lease_until VARCHAR(32) NOT NULL,
	previous INTEGER,
	declared INTEGER,
	received INTEGER NOT NULL,
	accepted INTEGER NOT NULL,
	repaired INTEGER NOT NULL,
	rejected INTEGER NOT NULL,
	merged INTEGER NOT NULL,
	added INTEGER NOT NULL,
	updated INTEGER NOT NULL,
	unchanged INTEGER NOT NULL,
	deleted INTEGER NOT NULL,
	held INTEGER NOT NULL,
	unidentified INTEGER NOT NULL,
	pages INTEGER NOT NULL,
	failed_pages INTEGER NOT NULL,
	findings_run INTEGER,
	findings_digest VARCHAR(64) NOT NULL,
	PRIMARY KEY (id)
);
CREATE INDEX runs_by_portal ON runs (portal, id);
CREATE UNIQUE INDEX runs_one_at_a_time ON runs (portal) WHERE status = 'running';
CREATE TABLE finding_totals (
	run_id INTEGER NOT NULL,
	rule VARCHAR NOT NULL,
	count INTEGER NOT NULL,
	PRIMARY KEY (run_id, rule),
	FOREIGN KEY(run_id) REFERENCES runs (id)
);
CREATE TABLE findings (
	id INTEGER NOT NULL,
	run_id INTEGER NOT NULL,
	rule VARCHAR NOT NULL,
	record TEXT NOT NULL,
	place TEXT NOT NULL,
	value TEXT NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(run_id) REFERENCES runs (id)
);
CREATE INDEX findings_by_rule ON findings (run_id, rule, id);
CREATE TABLE pages (
	run_id INTEGER NOT NULL,
	number INTEGER NOT NULL,
	portal VARCHAR NOT NULL,
	url TEXT NOT NULL,
	status INTEGER NOT NULL,
	headers TEXT NOT NULL,
	body VARCHAR(64) NOT NULL,
	PRIMARY KEY (run_id, number),
	FOREIGN KEY(run_id) REFERENCES runs (id)
);
CREATE INDEX pages_by_body ON pages (portal, body);
CREATE TABLE staged (
	run_id INTEGER NOT NULL,
	record_id VARCHAR NOT NULL,
	source_key TEXT NOT NULL,
	fate INTEGER NOT NULL,
	digest VARCHAR(64) NOT NULL,
	size INTEGER NOT NULL,
	repaired BOOLEAN NOT NULL,
	PRIMARY KEY (run_id, record_id),
	FOREIGN KEY(run_id) REFERENCES runs (id)
);
CREATE TABLE versions (
	run_id INTEGER NOT NULL,
	record_id VARCHAR NOT NULL,
	digest VARCHAR(64) NOT NULL,
	payload BLOB NOT NULL,
	PRIMARY KEY (run_id, record_id),
	FOREIGN KEY(run_id) REFERENCES runs (id)
);
CREATE INDEX versions_by_record ON versions (record_id, run_id);
-- postgresql
CREATE TABLE archive (
	id SERIAL NOT NULL CHECK (id = 1),
	schema_version INTEGER NOT NULL,
	sample BOOLEAN,
	last_change BIGINT NOT NULL,
	PRIMARY KEY (id)
);
CREATE TABLE bodies (
	portal VARCHAR NOT NULL,
	digest VARCHAR(64) NOT NULL,
	data BYTEA NOT NULL,
	PRIMARY KEY (portal, digest)
);
CREATE TABLE records (
	id VARCHAR NOT NULL,
	portal VARCHAR NOT NULL,
	source_key TEXT NOT NULL,
	digest VARCHAR(64) NOT NULL,
	first_seen_run BIGINT NOT NULL,
	last_seen_run BIGINT NOT NULL,
	changed_run BIGINT NOT NULL,
	deleted_run BIGINT,
	change BIGINT NOT NULL,
	PRIMARY KEY (id)
);
CREATE INDEX records_by_change ON records (change);
CREATE INDEX records_by_portal ON records (portal, id);
CREATE TABLE runs (
	id BIGSERIAL NOT NULL,
	portal VARCHAR NOT NULL,
	mode VARCHAR NOT NULL,
	status VARCHAR NOT NULL,
	complete BOOLEAN NOT NULL,
	started VARCHAR(32) NOT NULL,
	finished VARCHAR(32),
	heartbeat VARCHAR(32) NOT NULL,
	lease_until VARCHAR(32) NOT NULL,
	previous BIGINT,
	declared BIGINT,
	received BIGINT NOT NULL,
	accepted BIGINT NOT NULL,
	repaired BIGINT NOT NULL,
	rejected BIGINT NOT NULL,
	merged BIGINT NOT NULL,
	added BIGINT NOT NULL,
	updated BIGINT NOT NULL,
	unchanged BIGINT NOT NULL,
	deleted BIGINT NOT NULL,
	held BIGINT NOT NULL,
	unidentified BIGINT NOT NULL,
	pages BIGINT NOT NULL,
	failed_pages BIGINT NOT NULL,
	findings_run BIGINT,
	findings_digest VARCHAR(64) NOT NULL,
	PRIMARY KEY (id)
);
CREATE INDEX runs_by_portal ON runs (portal, id);
CREATE UNIQUE INDEX runs_one_at_a_time ON runs (portal) WHERE status = 'running';
CREATE TABLE finding_totals (
	run_id BIGINT NOT NULL,
	rule VARCHAR NOT NULL,
	count BIGINT NOT NULL,
	PRIMARY KEY (run_id, rule),
	FOREIGN KEY(run_id) REFERENCES runs (id)
);
CREATE TABLE findings (
	id BIGSERIAL NOT NULL,
	run_id BIGINT NOT NULL,
	rule VARCHAR NOT NULL,
	record TEXT NOT NULL,
	place TEXT NOT NULL,
	value TEXT NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(run_id) REFERENCES runs (id)
);
CREATE INDEX findings_by_rule ON findings (run_id, rule, id);
CREATE TABLE pages (
	run_id BIGINT NOT NULL,
	number INTEGER NOT NULL,
	portal VARCHAR NOT NULL,
	url TEXT NOT NULL,
	status INTEGER NOT NULL,
	headers TEXT NOT NULL,
	body VARCHAR(64) NOT NULL,
	PRIMARY KEY (run_id, number),
	FOREIGN KEY(run_id) REFERENCES runs (id)
);
CREATE INDEX pages_by_body ON pages (portal, body);
CREATE TABLE staged (
	run_id BIGINT NOT NULL,
	record_id VARCHAR NOT NULL,
	source_key TEXT NOT NULL,
	fate INTEGER NOT NULL,
	digest VARCHAR(64) NOT NULL,
	size INTEGER NOT NULL,
	repaired BOOLEAN NOT NULL,
	PRIMARY KEY (run_id, record_id),
	FOREIGN KEY(run_id) REFERENCES runs (id)
);
CREATE TABLE versions (
	run_id BIGINT NOT NULL,
	record_id VARCHAR NOT NULL,
	digest VARCHAR(64) NOT NULL,
	payload BYTEA NOT NULL,
	PRIMARY KEY (run_id, record_id),
	FOREIGN KEY(run_id) REFERENCES runs (id)
);
CREATE INDEX versions_by_record ON versions (record_id, run_id);
