/*
 * joulecast, the library: a scenario becomes a plan, a plan is run, results are asked and kept.
 *
 *     jc_data_folders        where the project's own tables are
 *     jc_scenario_load       reads, overrides and validates a scenario file
 *     jc_plan_init           compiles it
 *     jc_run                 draws, models and records all queries
 *     jc_results_*_mixture   the distribution of a quantity of a case, a blend or a pathway
 *     jc_mixture_statistics  its moments and quantiles, and how sure they are
 *     jc_file_read_results   the same of a result file
 *
 * Every function that can fail returns 0 or a negative enum jc_status, and tells why in a struct jc_error. The
 * library never prints, exits or keeps global state. Layouts and functions may change with each version 0.x.
 */
#ifndef JOULECAST_H
#define JOULECAST_H

#include "base/error.h"
#include "base/simd.h"
#include "base/text.h"
#include "engine/assumptions.h"
#include "engine/fleet.h"
#include "engine/merge.h"
#include "engine/plan.h"
#include "engine/resume.h"
#include "engine/run.h"
#include "engine/sensitivity.h"
#include "engine/sweep.h"
#include "engine/until.h"
#include "models/quantities.h"
#include "results/file.h"
#include "results/json.h"
#include "results/plots/plot.h"
#include "results/report/report.h"
#include "results/results.h"
#include "results/statistics.h"
#include "results/verify.h"
#include "scenarios/data_folders.h"
#include "scenarios/fleet_file.h"
#include "scenarios/scenario.h"
#include "scenarios/study.h"

#endif
