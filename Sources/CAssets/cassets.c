#pragma clang diagnostic ignored "-Wc23-extensions"
#include "CAssets.h"


static const unsigned char stylesheet[] = {
#embed "files/inspectia.css"
};
static const unsigned char icon[] = {
#embed "files/inspectia.svg"
};
static const unsigned char swagger_start[] = {
#embed "files/swagger-start.js"
};

cassets_file cassets_stylesheet(void) { return (cassets_file){stylesheet, sizeof stylesheet}; }
cassets_file cassets_icon(void) { return (cassets_file){icon, sizeof icon}; }
cassets_file cassets_swagger_start(void) { return (cassets_file){swagger_start, sizeof swagger_start}; }
