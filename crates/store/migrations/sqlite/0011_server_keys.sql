-- The keys that servers sign with: one series of versions for each dialect.
CREATE TABLE server_key (
    dialect TEXT NOT NULL,
    version INTEGER NOT NULL,
    private_key BLOB NOT NULL,
    sealed_by TEXT NOT NULL,
    public_pem TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    retire_at INTEGER,
    PRIMARY KEY (dialect, version)
) STRICT, WITHOUT ROWID;
INSERT INTO server_key (dialect, version, private_key, sealed_by, public_pem, created_at, retire_at)
SELECT 'world_first', version, private_key, sealed_by, public_pem, created_at, retire_at FROM world_first_server_key;
DROP TABLE world_first_server_key;
