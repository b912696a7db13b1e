-- CreateTable
CREATE TABLE "plugins" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "name" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT false,
    "state" TEXT NOT NULL DEFAULT 'disabled',
    "error" TEXT,
    "error_code" TEXT,
    "error_hint" TEXT,
    "config" JSONB NOT NULL DEFAULT '{}',
    "config_revision" INTEGER NOT NULL DEFAULT 0,
    "grants" JSONB NOT NULL DEFAULT '[]',
    "manifest" JSONB NOT NULL,
    "source" TEXT NOT NULL,
    "integrity" TEXT,
    "container_id" TEXT,
    "container_name" TEXT,
    "host_port" INTEGER,
    "environment" JSONB NOT NULL DEFAULT '{}',
    "health_status" TEXT,
    "last_health_check" TIMESTAMPTZ(3),
    "installed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "enabled_at" TIMESTAMPTZ(3),
    "disabled_at" TIMESTAMPTZ(3),
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "revision" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "plugins_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "plugin_storage" (
    "plugin_name" TEXT NOT NULL,
    -- Collation C is code point order, and lets the primary key answer prefix searches.
    "key" TEXT COLLATE "C" NOT NULL,
    "value" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "plugin_storage_pkey" PRIMARY KEY ("plugin_name","key")
);

-- CreateTable
CREATE TABLE "plugin_documents" (
    "plugin_name" TEXT NOT NULL,
    "collection" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "data" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "plugin_documents_pkey" PRIMARY KEY ("plugin_name","collection","id")
);

-- CreateTable
CREATE TABLE "plugin_events" (
    "id" BIGSERIAL NOT NULL,
    "plugin_name" TEXT NOT NULL,
    "event_type" TEXT NOT NULL,
    "actor" TEXT NOT NULL DEFAULT 'system',
    "data" JSONB NOT NULL DEFAULT '{}',
    "timestamp" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "plugin_events_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "plugin_metrics" (
    "id" BIGSERIAL NOT NULL,
    "plugin_name" TEXT NOT NULL,
    "request_count" BIGINT NOT NULL DEFAULT 0,
    "error_count" BIGINT NOT NULL DEFAULT 0,
    "total_response_time_ms" BIGINT NOT NULL DEFAULT 0,
    "avg_response_time_ms" DECIMAL(12,3),
    "cpu_usage_percent" DECIMAL(6,2),
    "memory_usage_mb" DECIMAL(12,2),
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "plugin_metrics_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "plugin_config_revisions" (
    "plugin_name" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "config" JSONB NOT NULL,
    "actor" TEXT NOT NULL,
    "saved_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "plugin_config_revisions_pkey" PRIMARY KEY ("plugin_name","revision")
);

-- CreateTable
CREATE TABLE "plugin_releases" (
    "id" BIGSERIAL NOT NULL,
    "plugin_name" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "manifest" JSONB NOT NULL,
    "source" TEXT NOT NULL,
    "integrity" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "plugin_releases_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "plugins_name_key" ON "plugins"("name");

-- CreateIndex
CREATE UNIQUE INDEX "plugins_container_name_key" ON "plugins"("container_name");

-- CreateIndex
CREATE INDEX "plugins_state_idx" ON "plugins"("state");

-- CreateIndex
CREATE INDEX "plugins_container_id_idx" ON "plugins"("container_id");

-- CreateIndex
CREATE INDEX "plugins_host_port_idx" ON "plugins"("host_port");

-- CreateIndex
CREATE INDEX "plugins_installed_at_idx" ON "plugins"("installed_at");

-- CreateIndex
CREATE INDEX "plugin_documents_data_idx" ON "plugin_documents" USING GIN ("data" jsonb_path_ops);

-- CreateIndex
CREATE INDEX "plugin_events_plugin_name_id_idx" ON "plugin_events"("plugin_name", "id");

-- CreateIndex
CREATE INDEX "plugin_events_event_type_id_idx" ON "plugin_events"("event_type", "id");

-- CreateIndex
CREATE INDEX "plugin_events_timestamp_idx" ON "plugin_events"("timestamp");

-- CreateIndex
CREATE INDEX "plugin_metrics_plugin_name_recorded_at_idx" ON "plugin_metrics"("plugin_name", "recorded_at");

-- CreateIndex
CREATE INDEX "plugin_metrics_recorded_at_idx" ON "plugin_metrics"("recorded_at");

-- CreateIndex
CREATE INDEX "plugin_releases_plugin_name_id_idx" ON "plugin_releases"("plugin_name", "id");

-- AddForeignKey
ALTER TABLE "plugin_storage" ADD CONSTRAINT "plugin_storage_plugin_name_fkey" FOREIGN KEY ("plugin_name") REFERENCES "plugins"("name") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "plugin_documents" ADD CONSTRAINT "plugin_documents_plugin_name_fkey" FOREIGN KEY ("plugin_name") REFERENCES "plugins"("name") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "plugin_metrics" ADD CONSTRAINT "plugin_metrics_plugin_name_fkey" FOREIGN KEY ("plugin_name") REFERENCES "plugins"("name") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "plugin_config_revisions" ADD CONSTRAINT "plugin_config_revisions_plugin_name_fkey" FOREIGN KEY ("plugin_name") REFERENCES "plugins"("name") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "plugin_releases" ADD CONSTRAINT "plugin_releases_plugin_name_fkey" FOREIGN KEY ("plugin_name") REFERENCES "plugins"("name") ON DELETE CASCADE ON UPDATE CASCADE;

-- By hand: the database keeps updated_at, whoever writes.
CREATE FUNCTION "catalyst_keep_updated_at"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW."updated_at" := CURRENT_TIMESTAMP;
    RETURN NEW;
END
$$;

CREATE TRIGGER "plugins_updated_at" BEFORE UPDATE ON "plugins"
    FOR EACH ROW EXECUTE FUNCTION "catalyst_keep_updated_at"();

CREATE TRIGGER "plugin_storage_updated_at" BEFORE UPDATE ON "plugin_storage"
    FOR EACH ROW EXECUTE FUNCTION "catalyst_keep_updated_at"();

CREATE TRIGGER "plugin_documents_updated_at" BEFORE UPDATE ON "plugin_documents"
    FOR EACH ROW EXECUTE FUNCTION "catalyst_keep_updated_at"();
