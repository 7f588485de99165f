// Loops compiled for several instruction sets, of which the machine's best is taken when the program runs: what Swift
// cannot express.
#ifndef CLANES_H
#define CLANES_H
#include "CLanesExplain.h"
#include "CLanesForest.h"
#include "CLanesGrowing.h"
#include "CLanesOblivious.h"
#include "CLanesStatistics.h"
#endif
