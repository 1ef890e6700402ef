-- The keys that servers sign with: one series of versions for each dialect.
CREATE TABLE server_key (
    dialect TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    private_key BYTEA NOT NULL,
    sealed_by TEXT COLLATE "C" NOT NULL,
    public_pem TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    retire_at BIGINT,
    PRIMARY KEY (dialect, version)
);
INSERT INTO server_key (dialect, version, private_key, sealed_by, public_pem, created_at, retire_at)
SELECT 'world_first', version, private_key, sealed_by, public_pem, created_at, retire_at FROM world_first_server_key;
DROP TABLE world_first_server_key;
