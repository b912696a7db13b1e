-- AlterTable
ALTER TABLE "plugin_events" ADD COLUMN     "reason" TEXT,
ADD COLUMN     "result" TEXT NOT NULL DEFAULT 'ok';

-- AlterTable
ALTER TABLE "plugin_metrics" ADD COLUMN     "counts" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN     "interval_ms" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "latency" JSONB NOT NULL DEFAULT '[]';

-- AlterTable
ALTER TABLE "plugins" ADD COLUMN     "paused_tasks" JSONB NOT NULL DEFAULT '[]';

-- CreateIndex
CREATE INDEX "plugin_events_actor_id_idx" ON "plugin_events"("actor", "id");
